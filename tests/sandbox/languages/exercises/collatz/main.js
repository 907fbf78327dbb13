let n = Number(require("node:fs").readFileSync(0, "utf8"));
let steps = 0; //~wrong let steps = 1;
while (n !== 1) { //~slow while (n !== 0) {
  n = n % 2 === 0 ? n / 2 : 3 * n + 1;
  steps++;
}
//~crash process.abort();
console.log(steps);
