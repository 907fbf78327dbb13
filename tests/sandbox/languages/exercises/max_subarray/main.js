const numbers = require("node:fs").readFileSync(0, "utf8").trim().split(/\s+/).map(Number).slice(1);
let best = -Infinity; //~wrong let best = 0;
let here = 0;
for (const number of numbers) {
  here = Math.max(number, here + number);
  best = Math.max(best, here);
  //~slow for (let i = 0; i < 1e12; i++) best = Math.max(best, here - (i % 2));
}
console.log(best); //~crash console.log(null.best);
