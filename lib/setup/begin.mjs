// Every command that must run before anything is installed begins here. It is written in the oldest syntax that an
// ES module may have, so that an old Node prints the message below and not a syntax error.

const oldest = [20, 19];

/** Checks the version of Node, then runs `main`; a Problem is printed as one message, anything else with its stack. */
export function begin(main) {
  const found = process.versions.node.split(".").map(Number);
  const isOld = found[0] < oldest[0] || (found[0] === oldest[0] && found[1] < oldest[1]);
  if (isOld) {
    console.error(
      "Node " + process.versions.node + " is too old: ARCO lab needs Node " + oldest.join(".") + " or later. Install it with\n" +
        "  Debian/Ubuntu: sudo apt install nodejs npm   (if that is too old: sudo npm install -g n && sudo n lts)\n" +
        "  macOS:         brew install node\n" +
        "Then run the same command again.",
    );
    process.exitCode = 1;
    return;
  }
  main().catch(function (error) {
    console.error(error && error.name === "Problem" ? "\n" + error.message : error);
    process.exitCode = (error && error.exitCode) || 1;
  });
}
