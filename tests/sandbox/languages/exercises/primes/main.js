const n = Number(require("node:fs").readFileSync(0, "utf8"));
const composite = new Uint8Array(n + 1); //~crash const composite = new Uint8Array(-n);
let count = 0;
for (let i = 2; i <= n; i++) { //~wrong for (let i = 1; i <= n; i++) {
  //~slow let divisors = 0;
  //~slow for (let j = 2; j < i; j++) divisors += i % j === 0;
  if (composite[i]) continue;
  count++;
  for (let j = 2 * i; j <= n; j += i) composite[j] = 1;
}
console.log(count);
