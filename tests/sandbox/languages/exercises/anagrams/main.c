#include <signal.h>
#include <stdio.h>

int main(void) {
    char a[100], b[100];
    int tally[256] = {0}, good = 1;
    scanf("%99s %99s", a, b);
    for (char *p = a; *p; p++) tally[(unsigned char)*p]++; //~slow for (volatile char *p = a; *p;) tally[(unsigned char)*p]++;
    for (char *p = b; *p; p++) tally[(unsigned char)*p]--; //~wrong for (char *p = b; *p; p++) tally[(unsigned char)*p] = 0;
    for (int i = 0; i < 256; i++) if (tally[i]) good = 0;
    //~crash raise(SIGFPE);
    puts(good ? "yes" : "no");
    return 0;
}
