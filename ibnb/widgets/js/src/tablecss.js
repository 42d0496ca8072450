/** The table's style sheet; colours from the host's --jp-* variables, with fallbacks for both themes. @module */

export const ROW_PX = 24;
export const FLASH_MS = 700;

/** @param {string} name @param {string} colour */
const flash = (name, colour) =>
  [0, 1].map((turn) => `@keyframes ${name}${turn}{from{background-color:var(${colour})}to{background-color:var(--rest)}}
.${name}${turn}{animation:${name}${turn} ${FLASH_MS}ms ease-out}`).join("\n");

/** A rule's class: colour, and a sign beside it for those who do not see colours. @param {string} name @param {string} rules */
const mark = (name, rules) => `.m-${name}{${rules}}`;

export const CSS = `
:host{all:initial;display:block;color-scheme:light;contain:layout style;
  --text:var(--jp-ui-font-color1,#1f2328);--muted:var(--jp-ui-font-color2,#57606a);--back:var(--jp-layout-color1,#fff);
  --head:var(--jp-layout-color2,#f3f4f6);--line:var(--jp-border-color2,#d8dee4);--accent:var(--jp-brand-color1,#1f6feb);
  --hover:rgba(127,127,127,.10);--chosen:color-mix(in srgb,var(--accent) 18%,transparent);--group:color-mix(in srgb,var(--head) 60%,var(--back));
  --up:#08806b;--down:#c0202f;--flash-up:rgba(8,160,120,.34);--flash-down:rgba(220,50,60,.30);--flash-new:rgba(110,140,190,.32);
  --good:#0b6e4f;--bad:#b3202c;--warn:#8a5a00;--info:#1a5fb4;--good-back:rgba(20,160,110,.16);--bad-back:rgba(220,50,60,.14);--warn-back:rgba(240,180,40,.26);--info-back:rgba(50,120,230,.14);
  font:13px/1.4 var(--jp-ui-font-family,system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif);color:var(--text)}
:host(.dark){color-scheme:dark;--accent:var(--jp-brand-color1,#6cb0ff);--text:var(--jp-ui-font-color1,#e6e8ea);--muted:var(--jp-ui-font-color2,#a0a7ae);--back:var(--jp-layout-color1,#111417);
  --head:var(--jp-layout-color2,#1c2126);--line:var(--jp-border-color2,#30363d);
  --up:#2bb99a;--down:#ff7b86;--flash-up:rgba(30,190,140,.36);--flash-down:rgba(240,80,90,.38);--flash-new:rgba(120,160,230,.32);
  --good:#4fd1a5;--bad:#ff8c95;--warn:#f2c14e;--info:#84b6ff;--good-back:rgba(40,200,140,.18);--bad-back:rgba(255,90,100,.18);--warn-back:rgba(240,180,40,.20);--info-back:rgba(90,150,255,.18)}
*{box-sizing:border-box}
.frame{position:relative;display:flex;flex-direction:column;border:1px solid var(--line);border-radius:3px;background:var(--back);color:var(--text);overflow:hidden}
.bar{display:flex;align-items:center;flex-wrap:wrap;gap:4px 8px;padding:3px 6px;min-height:30px;border-bottom:1px solid var(--line)}
.name{font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.count{color:var(--muted);font-size:12px;font-variant-numeric:tabular-nums}
.tools{display:flex;align-items:center;justify-content:flex-end;gap:6px;flex:1 1 auto;min-width:0}
.badge{display:none;align-items:center;gap:4px;font-size:12px;padding:0 6px;border:1px solid currentColor;border-radius:9px;color:#8a5000}
:host(.dark) .badge{color:#f0b849}
.stale .badge{display:inline-flex}
.badge::before{content:"⚠"}
.bar input,.filters input{font:inherit;font-size:12px;color:var(--text);background:var(--back);border:1px solid var(--line);border-radius:3px;padding:1px 5px;min-width:0}
.bar input{width:130px;height:22px;flex:0 1 130px;min-width:50px}
input::placeholder{color:var(--muted);opacity:.8}
.bar button{font:inherit;font-size:12px;line-height:18px;color:var(--text);background:transparent;border:1px solid var(--line);border-radius:3px;padding:1px 8px;cursor:pointer}
.bar button:hover{background:var(--hover)}
.bar button[aria-pressed=true]{border-color:var(--accent);background:var(--chosen)}
.bar .more{padding:1px 6px;font-weight:700}
input:focus-visible,button:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:-2px}
.scroll{overflow:auto;position:relative;overscroll-behavior:auto;outline:none}
.stale .row{filter:grayscale(.8) opacity(.55)}
.size{position:relative;min-width:100%}
.head{position:sticky;top:0;z-index:3;background:var(--head);border-bottom:1px solid var(--line)}
.heads,.filters{position:relative;display:flex;height:${ROW_PX}px;--under:var(--head);--over:transparent}
.body{position:relative;overflow:hidden;overflow:clip}
.foot{position:sticky;bottom:0;z-index:3;height:${ROW_PX + 1}px;background:var(--head);border-top:1px solid var(--line)}
.row{--under:var(--back);--over:transparent;position:absolute;left:0;right:0;display:flex;height:${ROW_PX}px;contain:layout style paint;background:var(--over);border-bottom:1px solid color-mix(in srgb,var(--line) 45%,transparent)}
.row:hover{--over:var(--hover)}
.row.chosen{--over:var(--chosen)}
.row.out{opacity:.45}
.row.group,.row.total{--under:var(--group);background:var(--under);font-weight:600}
.row.total{--under:var(--head);border-bottom:0}
.row.group{cursor:pointer}
.c{--rest:transparent;position:absolute;top:0;height:100%;padding:0 8px;line-height:${ROW_PX - 1}px;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;font-variant-numeric:tabular-nums}
.n{text-align:right}
.row.group .k0,.row.total .k0{text-align:left}
.scroll:focus .c.active{box-shadow:inset 0 0 0 2px var(--accent)}
.pos{color:var(--up)}.neg{color:var(--down)}.none{color:var(--muted)}
${mark("good", "color:var(--good);background-color:var(--good-back);--rest:var(--good-back)")}
${mark("bad", "color:var(--bad);background-color:var(--bad-back);--rest:var(--bad-back);text-decoration:underline 1px;text-underline-offset:3px")}
${mark("warn", "color:var(--warn);background-color:var(--warn-back);--rest:var(--warn-back);font-weight:600")}
${mark("info", "color:var(--info);background-color:var(--info-back);--rest:var(--info-back)")}
${mark("muted", "color:var(--muted);font-style:italic")}
${mark("strong", "font-weight:700")}
${mark("mark", "background-color:var(--warn-back);--rest:var(--warn-back)")}
${["good", "bad", "warn", "info"].map((name) => `.row.m-${name}{--over:var(--${name}-back);background:var(--over)}`).join("")}
.row.m-mark{--over:var(--warn-back);background:var(--over)}.row.m-bad{text-decoration:none}
.heads .c{font-weight:600;cursor:pointer;user-select:none;touch-action:pan-y}
.heads .c:hover{--over:var(--hover);background-color:color-mix(in srgb,var(--head) 88%,var(--text))}
.heads .c.carried{opacity:.7;z-index:4!important;background-color:var(--head);outline:1px solid var(--accent)}
.heads .c.before{box-shadow:inset 3px 0 0 var(--accent)}.heads .c.after{box-shadow:inset -3px 0 0 var(--accent)}
.arrow{font-size:10px;color:var(--accent)}
.n .arrow{float:left;margin-left:-2px} /* so that the heading of numbers ends where they do */
.dots{position:absolute;right:7px;top:0;bottom:0;width:15px;text-align:center;visibility:hidden;background:inherit;color:var(--muted)}
.n .dots{right:auto;left:0}
.heads .c:hover .dots{visibility:visible}
.dots:hover{color:var(--accent)}
.grip{position:absolute;right:0;top:3px;bottom:3px;width:7px;cursor:col-resize;border-right:2px solid transparent;touch-action:none}
.heads .c:hover .grip{border-right-color:var(--line)}
.grip:hover{border-right-color:var(--accent)!important}
.filters .c{padding:1px 3px}
.filters input{width:100%;height:20px}
.filters input.bad{border-color:var(--down)}
.menu{position:fixed;inset:auto;margin:0;display:none;max-height:min(70vh,480px);overflow:auto;min-width:170px;padding:4px 0;z-index:9;background:var(--back);color:var(--text);border:1px solid var(--line);border-radius:4px;box-shadow:0 4px 16px rgba(0,0,0,.25);font:13px/1.4 var(--jp-ui-font-family,system-ui,sans-serif)}
.menu.open{display:block}
.item{display:flex;align-items:center;gap:6px;padding:3px 12px 3px 6px;cursor:pointer;outline:none;white-space:nowrap}
.item:hover{background:var(--hover)}
.item:focus{background:var(--chosen);box-shadow:inset 2px 0 0 var(--accent)}
.item[aria-disabled=true]{color:var(--muted);opacity:.7;cursor:default}
.tick{width:14px;text-align:center;color:var(--accent)}
.key{margin-left:auto;padding-left:18px;color:var(--muted);font-size:12px}
.rule{height:1px;margin:4px 0;background:var(--line)}
.empty{padding:10px;color:var(--muted);display:none}
.frame.bare .empty{display:block}
.said{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
${flash("fu", "--flash-up")}
${flash("fd", "--flash-down")}
${flash("fn", "--flash-new")}
@media (prefers-reduced-motion:reduce){.c{animation:none!important}}
@media (prefers-contrast:more){:host{--line:currentColor;--muted:var(--text);--hover:rgba(127,127,127,.25)}.c.active{outline:2px solid var(--text);outline-offset:-2px}.row.chosen{outline:1px solid var(--text);outline-offset:-1px}}
@media (forced-colors:active){
.row.chosen,.row.chosen .c{forced-color-adjust:none;background:Highlight;color:HighlightText}
.c.active{outline:2px solid Highlight;outline-offset:-2px}.item:focus{outline:2px solid Highlight;outline-offset:-2px}
.bar button[aria-pressed=true]{outline:2px solid Highlight}.m-warn,.m-bad,.m-good,.m-info,.m-mark{outline:1px solid currentColor;outline-offset:-2px}}
`;
