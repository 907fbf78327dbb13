const [amount, ...kinds] = require("node:fs").readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
const fewest = [0];
function count(rest) {
  if (rest < 0) return Infinity; //~crash if (rest < -1e9) return Infinity;
  //~slow if (rest > 0) return 1 + Math.min(...kinds.map((kind) => count(rest - kind)));
  return (fewest[rest] ??= 1 + Math.min(...kinds.map((kind) => count(rest - kind))));
}
const found = count(amount);
console.log(found === Infinity ? -1 : found); //~wrong console.log(found);
