#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int n, count = 0;
    scanf("%d", &n);
    char *composite = calloc(n + 1, 1); //~crash char *composite = NULL;
    for (long i = 2; i <= n; i++) {
        //~slow volatile int divisors = 0; for (long j = 2; j < i; j++) divisors += i % j == 0;
        if (composite[i]) continue;
        count++;
        for (long j = i * i; j <= n; j += i) composite[j] = 1; //~wrong for (long j = i * i; j < n; j += i) composite[j] = 1;
    }
    free(composite);
    printf("%d\n", count);
    return 0;
}
