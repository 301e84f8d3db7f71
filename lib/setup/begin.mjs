// Every command that must run before anything is installed begins here. Node versions from 12 on can read this file and
// those that import it, so that an old one prints the message below and not a syntax error: no "?." and no "??" here.

const oldest = [20, 19];

/**
 * Checks the version of Node, then runs `main`; a Problem is printed as one message, anything else with its stack.
 * @param {() => Promise<unknown>} main
 */
export function begin(main) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
    console.error(`Node ${process.versions.node} is too old: ARCO lab needs Node ${oldest.join(".")} or later. Install it with
  Debian/Ubuntu: sudo apt install nodejs npm   (if that is too old: sudo npm install -g n && sudo n lts)
  macOS:         brew install node
Then run the same command again.`);
    process.exitCode = 1;
    return;
  }
  main().catch((/** @type {unknown} */ error) => {
    console.error(error instanceof Error && error.name === "Problem" ? `\n${error.message}` : error);
    process.exitCode = 1;
  });
}
