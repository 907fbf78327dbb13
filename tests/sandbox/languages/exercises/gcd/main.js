let [a, b] = require("node:fs").readFileSync(0, "utf8").split(" ").map(Number);
//~slow while (a !== b) a > b ? (a -= b) : (b -= a);
//~crash a = BigInt(a);
while (b > 0) [a, b] = [b, a % b];
console.log(a); //~wrong console.log(a + b + 1);
