const line = require("node:fs").readFileSync(0, "utf8").trim();
const pairs = { ")": "(", "]": "[", "}": "{" };
const open = [];
let good = true;
for (const bracket of line) {
  if (!(bracket in pairs)) open.push(bracket); //~crash if (!(bracket in pairs)) open.add(bracket);
  else if (open.pop() !== pairs[bracket]) good = false; //~wrong else if (!open.pop()) good = false;
}
if (open.length) good = false; //~slow while (open.length >= 0) good = false;
console.log(good ? "yes" : "no");
