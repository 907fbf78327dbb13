#include <stdio.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b) {
    int x = *(const int *)a, y = *(const int *)b;
    //~crash y /= x - x;
    return (x > y) - (x < y); //~wrong return (x < y) - (x > y);
}

int main(void) {
    int numbers[1000], count = 0;
    while (scanf("%d", &numbers[count]) == 1) count++;
    qsort(numbers, count, sizeof *numbers, ascending);
    //~slow for (int i = 0; i < count;) ascending(numbers, numbers + i);
    //~crash printf("%d\n", 1 / (numbers[0] - numbers[0]));
    for (int i = 0; i < count; i++) printf("%d ", numbers[i]);
    return 0;
}
