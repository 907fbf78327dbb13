const n = Number(require("node:fs").readFileSync(0, "utf8"));
for (let i = 1; i <= n; i++) {
  //~slow i--;
  //~slow continue;
  if (i % 15 === 0) console.log("FizzBuzz"); //~wrong if (i % 30 === 0) console.log("FizzBuzz");
  else if (i % 3 === 0) console.log("Fizz");
  else if (i % 5 === 0) console.log("Buzz");
  else console.log(i); //~crash else console.log(i.length.toString());
}
