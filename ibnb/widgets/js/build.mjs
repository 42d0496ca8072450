// Bundle the engine's parts into static/. `node build.mjs FOLDER` writes elsewhere (a test compares).
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
await build({
  entryPoints: [here("src/engine.js"), here("src/chart.js")],
  outdir: process.argv[2] ?? here("static"),
  absWorkingDir: here("."),
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
});
