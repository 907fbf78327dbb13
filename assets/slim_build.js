// Changes to the build of the browser's script: leaves out what Reflex brings along and this project does not use.
// Each part refuses to build when what it stands in for has changed, or is used after all.

const REPLACED = {
  // Styles are classes here; without its `css` prop, emotion's `jsx` is React's own function.
  "@emotion/react": 'export { createElement as jsx } from "react";',
  // Reflex merges only flat objects with it (styles of a child that a parent draws).
  mergician: "export const mergician = (...objects) => Object.assign({}, ...objects);",
  // Only vars kept in cookies need it, and the session is not one: the server sets it.
  "universal-cookie": "export default class { get() {} set() {} remove() {} }",
};

const CSS_PROP = /[{,]\s*["']?css["']?\s*:\s*\(?\{[^}]*\}/;
const COOKIE_VARS = /clientStorage = \{"cookies": \{[^}]/;

const STYLE =
  'jsx("style",{id:"styles",suppressHydrationWarning:true,dangerouslySetInnerHTML:{__html:' +
  'globalThis.document?.getElementById("styles")?.textContent??reflexGlobalStyles}})';

const CHANGES = [
  {
    // The only transport is the websocket.
    file: "engine.io-client/build/esm/transports/index.js",
    find: /^[^]*import \{ WS \} from "([^"]+)";[^]*$/,
    put: 'import { WS } from "$1";\nexport const transports = { websocket: WS };',
  },
  {
    // The connection that assets/early.js has opened.
    file: "engine.io-client/build/esm/transports/websocket.js",
    find: "createSocket(uri, protocols, opts) {",
    put: "createSocket(uri, protocols, opts) {\n        const early = globalThis.LMS_EARLY?.claim(uri);\n        if (early) return early;",
  },
  {
    file: ".web/utils/state.js",
    find: "(unsavedToken ??= generateUUID())",
    put: "(unsavedToken ??= globalThis.LMS_EARLY?.token ?? generateUUID())",
  },
  {
    // Hydrate in one go: the page cannot be used before, and in slices of 5 ms it takes a slow processor longer.
    file: ".web/app/entry.client.js",
    find: /startTransition\(\(\) => \{\s*(hydrateRoot\([^;]*;)\s*\}\);/,
    put: "$1",
  },
  {
    // The build writes the style sheet into each page (lms_app/frontend.py): words are painted when the HTML is there,
    // and no connection is kept from the scripts. Should React ever draw the document anew, it takes it from the page.
    file: ".web/app/_document.js",
    find: /jsx\("link",\{[^{}]*href:reflexGlobalStyles,rel:"stylesheet"[^{}]*\},?\)/,
    put: STYLE,
  },
  {
    file: ".web/app/_document.js",
    find: /jsx\("link",\{[^{}]*href:reflexGlobalStyles,rel:"preload"[^{}]*\},?\)/,
    put: "null",
  },
  {
    // Each page carries the list of routes (lms_app/frontend.py): a hydrated page need not fetch it.
    file: "react-router/dist/production/lib/dom/ssr/components.js",
    find: /!enableFogOfWar \? (?=[^?]*createElement\("link", \{\s*rel: "modulepreload",\s*href: manifest\.url)/,
    put: "false ? ",
  },
  {
    // What components that the server sends as text would need; the content policy refuses those anyway.
    file: ".web/app/root.jsx",
    find: /window\.__reflex = \{[^}]*\};/,
    put: "",
  },
];

// Few files, because a browser fetches six at a time and each further one waits for a round trip more: what changes with
// the packages, what changes with this project, the two scripts that React Router starts with, and the page's own.
const GROUPS = [
  {
    name: "vendor",
    test: /node_modules\/(react|react-router|react-error-boundary|scheduler|cookie-es|cookie|socket\.io-\w+|engine\.io-\w+|@socket\.io)\/|slim:/,
    priority: 3,
  },
  { name: "app", test: /\.web\/(utils\/(?!components)|env\.json|public\/(ui|i18n|address|dialog|cover|rich)\.js)|vite\/preload-helper/, priority: 2 },
];

export default function slimBuild() {
  const done = new Set();
  return {
    name: "slim-build",
    enforce: "pre",
    apply: "build",
    config(config) {
      config.build.rollupOptions.output.codeSplitting = { groups: GROUPS };
    },
    resolveId(source) {
      return source in REPLACED ? `\0slim:${source}` : null;
    },
    load(id) {
      return id.startsWith("\0slim:") ? REPLACED[id.slice(6)] : null;
    },
    transform(code, id) {
      const path = id.split("?")[0];
      if (/\.web\/(app|app_components|utils)\//.test(path)) {
        const style = code.match(CSS_PROP);
        if (style)
          this.error(
            `A component of ${path} was given a prop that it does not declare, which Reflex made a style of: ` +
              `"${style[0]}". Declare the prop, use custom_attrs, or a class (see assets/slim_build.js).`,
          );
        if (COOKIE_VARS.test(code)) this.error("A state keeps a var in a cookie: give slim_build.js a real universal-cookie.");
      }
      const changes = CHANGES.filter((change) => path.endsWith(change.file));
      if (!changes.length) return null;
      for (const change of changes) {
        const before = code;
        code = code.replace(change.find, change.put);
        if (code === before) this.error(`${path} has changed: adapt slim_build.js.`);
        done.add(change);
      }
      return { code, map: null };
    },
    buildEnd(error) {
      const missed = CHANGES.filter((change) => !done.has(change));
      if (!error && missed.length && this.environment?.name === "client")
        this.error(`Not found: ${missed.map((change) => change.file).join(", ")}: adapt slim_build.js.`);
    },
  };
}
