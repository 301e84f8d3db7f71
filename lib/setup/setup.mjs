// npm run setup: everything that the lab needs, inside the checkout. Each piece is made once, whole or not at all.
// Words after "--" limit it to parts: packages, jupyter, engine, kernel, viewer.
import { begin } from "./begin.mjs";

begin(() => import("./aloud.mjs").then(({ setUpAloud }) => setUpAloud(process.argv.slice(2))));
