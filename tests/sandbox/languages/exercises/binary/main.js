let n = Number(require("node:fs").readFileSync(0, "utf8"));
let digits = ""; //~crash const digits = "";
do {
  digits = (n % 2) + digits; //~wrong digits += n % 2;
  n = Math.floor(n / 2); //~slow n = Math.floor(n / 2) + 1;
  //~slow digits = "";
} while (n > 0);
console.log(digits);
