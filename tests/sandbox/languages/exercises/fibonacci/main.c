#include <assert.h>
#include <stdio.h>

static long long fibonacci(int n) {
    //~slow return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
    //~crash assert(n > 1);
    long long a = 0, b = 1;
    while (n-- > 0) { //~wrong while (n-- > 1) {
        long long next = a + b;
        a = b;
        b = next;
    }
    return a;
}

int main(void) {
    int n;
    scanf("%d", &n);
    printf("%lld\n", fibonacci(n));
    return 0;
}
