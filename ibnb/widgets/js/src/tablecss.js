/** The table's style sheet; colours from the host's --jp-* variables, with fallbacks for both themes. @module */

export const ROW_PX = 24;
export const FLASH_MS = 700;

/** @param {string} name @param {string} colour */
const flash = (name, colour) =>
  [0, 1].map((turn) => `@keyframes ${name}${turn}{from{background:var(${colour})}to{background:transparent}}
.${name}${turn}{animation:${name}${turn} ${FLASH_MS}ms ease-out}`).join("\n");

export const CSS = `
:host{display:block;all:initial;contain:content;
  --text:var(--jp-ui-font-color1,#1f2328);--muted:var(--jp-ui-font-color2,#57606a);--back:var(--jp-layout-color1,#fff);
  --head:var(--jp-layout-color2,#f3f4f6);--line:var(--jp-border-color2,#d8dee4);--accent:var(--jp-brand-color1,#1f6feb);
  --hover:rgba(127,127,127,.10);--chosen:color-mix(in srgb,var(--accent) 18%,transparent);
  --up:#08806b;--down:#c0202f;--flash-up:rgba(8,160,120,.45);--flash-down:rgba(220,50,60,.42);--flash-new:rgba(110,140,190,.40);
  font:13px/1.4 var(--jp-ui-font-family,system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif);color:var(--text)}
:host(.dark){--text:var(--jp-ui-font-color1,#e6e8ea);--muted:var(--jp-ui-font-color2,#a0a7ae);--back:var(--jp-layout-color1,#111417);
  --head:var(--jp-layout-color2,#1c2126);--line:var(--jp-border-color2,#30363d);
  --up:#2bb99a;--down:#ff7b86;--flash-up:rgba(30,190,140,.42);--flash-down:rgba(240,80,90,.45);--flash-new:rgba(120,160,230,.38)}
*{box-sizing:border-box}
.frame{display:flex;flex-direction:column;border:1px solid var(--line);border-radius:3px;background:var(--back);color:var(--text);overflow:hidden}
.bar{display:flex;align-items:center;gap:8px;padding:2px 6px;min-height:28px;border-bottom:1px solid var(--line)}
.name{font-weight:600}
.count{color:var(--muted);font-size:12px}
.space{flex:1}
.badge{display:none;align-items:center;gap:4px;font-size:12px;padding:0 6px;border:1px solid currentColor;border-radius:9px;color:var(--jp-warn-color0,#9a5b00)}
:host(.dark) .badge{color:var(--jp-warn-color1,#f0b849)}
.stale .badge{display:inline-flex}
.bar input,.filters input{font:inherit;font-size:12px;color:var(--text);background:var(--back);border:1px solid var(--line);border-radius:3px;padding:1px 5px;min-width:0}
.bar input{width:130px}
.bar button{font:inherit;font-size:12px;color:var(--text);background:transparent;border:1px solid var(--line);border-radius:3px;padding:1px 8px;cursor:pointer}
.bar button[aria-pressed=true]{border-color:var(--accent);color:var(--accent)}
input:focus-visible,button:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.scroll{overflow:auto;position:relative;overscroll-behavior:auto;outline:none}
.stale .body{opacity:.55;filter:grayscale(.8)}
.size{position:relative;min-width:100%}
.head{position:sticky;top:0;z-index:2;background:var(--head);border-bottom:1px solid var(--line)}
.heads,.filters{position:relative;height:${ROW_PX}px}
.filters{display:none}
.filtering .filters{display:block}
.row{position:absolute;left:0;right:0;height:${ROW_PX}px;contain:layout style paint;border-bottom:1px solid color-mix(in srgb,var(--line) 45%,transparent)}
.row:hover{background:var(--hover)}
.row.chosen{background:var(--chosen)}
.c{position:absolute;top:0;height:100%;padding:0 8px;line-height:${ROW_PX - 1}px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-variant-numeric:tabular-nums}
.n{text-align:right}
.c.active{box-shadow:inset 0 0 0 1px var(--line)}
.scroll:focus-visible .c.active,.scroll:focus .c.active{box-shadow:inset 0 0 0 2px var(--accent)}
.pos{color:var(--up)}.neg{color:var(--down)}.none{color:var(--muted)}
.heads .c{font-weight:600;cursor:pointer;user-select:none}
.heads .c:hover{background:var(--hover)}
.arrow{font-size:10px;color:var(--accent)}
.n .arrow{float:left;margin-left:-2px} /* so that the heading of numbers ends where they do */
.grip{position:absolute;right:0;top:3px;bottom:3px;width:7px;cursor:col-resize;border-right:2px solid transparent}
.heads .c:hover .grip{border-right-color:var(--line)}
.filters .c{padding:1px 3px}
.filters input{width:100%;height:20px}
.filters input.bad{border-color:var(--down)}
.empty{padding:10px;color:var(--muted);display:none}
.frame.bare .empty{display:block}
${flash("fu", "--flash-up")}
${flash("fd", "--flash-down")}
${flash("fn", "--flash-new")}
@media (prefers-reduced-motion:reduce){.c{animation:none!important}}
@media (forced-colors:active){.row.chosen{background:Highlight;color:HighlightText}.c.active{outline:2px solid Highlight;outline-offset:-2px}}
`;
