#include <stdio.h>

int main(void) {
    int count;
    long long total = 0, number; //~wrong int total = 0, number;
    scanf("%d", &count);
    //~slow for (volatile int i = 0; i >= 0; i = 0);
    //~crash int *nowhere = (int *)(long)count; *nowhere = 1; nowhere[-1] = 1; *(volatile int *)0 = 1;
    while (scanf("%lld", &number) == 1) total += number; //~wrong while (scanf("%d", &number) == 1) total += number;
    printf("%lld\n", total); //~wrong printf("%d\n", total);
    return 0;
}
