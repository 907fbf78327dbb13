import { readFileSync } from "node:fs";

enum Answer { No = "no", Yes = "yes" }
function nested(text: string): Answer {
  //~slow if (text) for (let before = ""; before !== null; ) before = text;
  for (let before = ""; before !== text; ) {
    before = text;
    text = text.replace(/\(\)|\[\]|\{\}/g, ""); //~wrong text = text.replace(/[([{][)\]}]/g, "");
  }
  return text === "" ? Answer.Yes : Answer.No; //~crash return text === "" ? Answer.Yes.valueOf.call(null) : nested(text + "]");
}
console.log(nested(readFileSync(0, "utf8").trim()));
