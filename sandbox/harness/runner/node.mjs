// The driver for JavaScript and TypeScript: runs node:test in this process, with the tests from memory.
// Its arguments are two numbers of open files: what it is given (a token on the first line, then the tests as JSON),
// and where it writes a line for each test. The code of the learner and the tests share the process, so all that this
// file relies on later is taken, frozen or shut before either is loaded.
import assert from "node:assert";
import fs from "node:fs";
import inspector from "node:inspector";
import module from "node:module";
import test, { run } from "node:test";
import v8 from "node:v8";

const [givenFile, answerFile] = process.argv.splice(2).map(Number);
const given = fs.readFileSync(givenFile, "utf8");
fs.closeSync(givenFile);
const cut = given.indexOf("\n");
const token = given.slice(0, cut);
const { tests } = JSON.parse(given.slice(cut));

const { writeSync } = fs;
const { stringify } = JSON;
const { reallyExit } = process;
const { ownKeys, apply } = Reflect;
const sources = new Map(Object.entries(tests).map(([name, text]) => [new URL(name, "file:///box/").href, text]));
const places = Object.freeze({ __proto__: null, ...Object.fromEntries(Object.keys(tests).map((name) => [`/box/${name}`, true])) });

function shut(object, names) {
  for (const name of names) object[name] = () => { throw new Error(`${name} cannot be used in unit tests.`); };
}

const { registerHooks } = module;
shut(v8, ["getHeapSnapshot", "writeHeapSnapshot", "queryObjects", "setFlagsFromString", "setHeapSnapshotNearHeapLimit"]);
shut(module, ["register", "registerHooks"]);
shut(inspector, ["open", "Session"]);
shut(process, ["binding", "reallyExit"]);
module.syncBuiltinESMExports();
for (const object of [assert, assert.strict, assert.AssertionError, assert.AssertionError.prototype, test, test.mock]) Object.freeze(object);
for (const name of ownKeys(test)) if (typeof test[name] === "function") Object.freeze(test[name]);
// No options for all tests through the prototype that all objects share.
Object.preventExtensions(Object.prototype);

function formatOf(url, text) {
  const kind = /^\s*(import|export)\b/m.test(text) ? "module" : "commonjs";
  return /ts$/.test(url) ? `${kind}-typescript` : kind;
}

const formats = new Map([...sources].map(([url, text]) => [url, formatOf(url, text)]));
registerHooks({
  resolve(specifier, context, next) {
    const url = specifier.startsWith("/") ? `file://${specifier}` : specifier;
    if (formats.has(url)) return { url, format: formats.get(url), shortCircuit: true };
    try {
      return next(specifier, context);
    } catch (error) {
      // TypeScript names a module without its extension, or with that of what it is compiled to.
      if (!/^\.{1,2}\//.test(specifier)) throw error;
      return next(`${specifier.replace(/\.js$/, "")}.ts`, context);
    }
  },
  load(url, context, next) {
    return formats.has(url) ? { source: sources.get(url), format: formats.get(url), shortCircuit: true } : next(url, context);
  },
});

let rows = 0;
const names = { __proto__: null };

function answer(line) {
  writeSync(answerFile, `${token} ${stringify(line)}\n`);
}

function report(passed, data) {
  const error = data.details?.error;
  const cause = error?.cause ?? error;
  names[data.nesting] = data.name;
  // A file that could not be loaded stands among the tests with its own path.
  if (places[data.name] && data.nesting === 0) {
    if (!passed) answer({ __proto__: null, error: `${describe(cause)}`, syntax: cause instanceof SyntaxError });
    return;
  }
  if (data.details?.type === "suite" && (passed || error?.failureType === "subtestsFailed")) return;
  // Tests that the learner's own files register say nothing.
  if (!places[`${data.file}`.replace("file://", "")]) return;
  let name = "";
  for (let depth = 0; depth <= data.nesting; depth++) name += (depth ? " > " : "") + names[depth];
  const left = data.skip !== undefined || data.todo !== undefined;
  rows++;
  answer({
    __proto__: null,
    name,
    status: passed && !left ? "pass" : passed || error?.failureType === "testCodeFailure" && cause?.code === "ERR_ASSERTION" ? "fail" : "error",
    message: left ? "The test was left out." : passed ? "" : describe(cause),
    ms: data.details?.duration_ms,
  });
}

function describe(error) {
  if (typeof error !== "object" || error === null) return `${String(error)} was thrown`;
  const where = /\/box\/[^\s)]+/.exec(`${error.stack}`);
  const text = error.code === "ERR_ASSERTION" ? `${error.message}` : `${error.name}: ${error.message}`;
  return where ? `${text}\n    at ${where[0]}` : text;
}

// Its own emit: one on the prototype could be another by the time a test has ended.
const stream = run({ files: Object.keys(places), isolation: "none" });
const { emit } = stream;
Object.defineProperty(stream, "emit", { value: (...words) => apply(emit, stream, words) });
stream.on("test:start", (data) => { names[data.nesting] = data.name; });
stream.on("test:pass", (data) => report(true, data));
stream.on("test:fail", (data) => report(false, data));
stream.on("end", () => {
  answer({ __proto__: null, done: rows });
  reallyExit(0);
});
stream.resume();
