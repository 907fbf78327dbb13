#include <stdio.h>

int main(void) {
    long n;
    int steps = 0;
    scanf("%ld", &n);
    //~slow if (n > 1) n = 5;
    for (; n != 1; steps++) n = n % 2 ? 3 * n + 1 : n / 2; //~slow for (; n != 1; steps++) n = n % 2 ? 3 * n - 1 : n / 2;
    //~crash printf("%d\n", steps / (int)(n - 1));
    printf("%d\n", steps); //~wrong printf("%d\n", steps + 1);
    return 0;
}
