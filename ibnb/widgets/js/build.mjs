// Bundle the engine's parts into static/. `node build.mjs FOLDER` writes elsewhere (a test compares).
// The code stays readable, its comments stay in src/: a page has no use for them.
import { writeFileSync } from "node:fs";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { outputFiles } = await build({
  entryPoints: [here("src/engine.js"), here("src/chart.js")],
  outdir: process.argv[2] ?? here("static"),
  absWorkingDir: here("."),
  bundle: true,
  write: false,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
for (const { path, text } of outputFiles) {
  const bare = text.replace(/^[ \t]*\/\*\*[^]*?\*\/[ \t]*\n/gm, "").replace(/^[ \t]*\/\/(?! src\/)[^\n]*\n/gm, "");
  writeFileSync(path, bare);
}
