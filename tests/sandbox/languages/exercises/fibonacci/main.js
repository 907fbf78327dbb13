const n = Number(require("node:fs").readFileSync(0, "utf8"));
const known = [0, 1]; //~wrong const known = [1, 1];
function fibonacci(k) {
  //~slow if (k > 1) return fibonacci(k - 1) + fibonacci(k - 2);
  //~crash return fibonacci(k + 1) + 1;
  return (known[k] ??= fibonacci(k - 1) + fibonacci(k - 2));
}
console.log(fibonacci(n));
