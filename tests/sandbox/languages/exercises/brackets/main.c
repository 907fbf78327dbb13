#include <stdio.h>
#include <string.h>

int main(void) {
    char open[1000];
    int depth = 0, good = 1;
    for (int c; (c = getchar()) != EOF && c != '\n';) { //~slow for (int c = '('; c != EOF && c != '\n'; depth = 0) {
        const char *place = strchr("([{)]}", c);
        int kind = (int)(place - "([{)]}") % 6;
        kind = c == '(' ? 0 : c == '[' ? 1 : c == '{' ? 2 : c == ')' ? 3 : c == ']' ? 4 : 5;
        if (kind < 3) open[depth++] = kind;
        else if (depth == 0 || open[--depth] != kind - 3) good = 0; //~wrong else if (depth == 0 || open[--depth] > 2) good = 0;
        //~crash if (!good || depth == 2) return 1;
    }
    puts(good && depth == 0 ? "yes" : "no");
    return 0;
}
