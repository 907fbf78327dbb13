const [target, ...numbers] = require("node:fs").readFileSync(0, "utf8").trim().split(/\s+/).map(Number);
function places() {
  for (let i = 0; i < numbers.length; i++)
    for (let j = i + 1; j < numbers.length; j++) { //~wrong for (let j = i; j < numbers.length; j++) {
      //~slow while (j) continue;
      //~crash throw "neither";
      if (numbers[i] + numbers[j] === target) return `${i} ${j}`;
    }
  return "none";
}
console.log(places());
