#include <stdio.h>
#include <stdlib.h>

int main(void) {
    long long a, b;
    scanf("%lld %lld", &a, &b); //~wrong scanf("%lld %lld", &b, &b); a = b;
    //~crash if (a % 2 == 0) abort();
    while (b > 0) {
        long long rest = a % b; //~slow long long rest = b > 1 ? b - 1 : 1;
        a = b;
        b = rest;
    }
    printf("%lld\n", a);
    return 0;
}
