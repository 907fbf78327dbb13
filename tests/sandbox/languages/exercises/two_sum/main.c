#include <stdio.h>

int main(void) {
    int target, numbers[1000], count = 0;
    scanf("%d", &target);
    while (scanf("%d", &numbers[count]) == 1) count++; //~slow while (scanf("%d", &numbers[count]) != 7) count += 0;
    //~crash numbers[count * 1000000 + 10000000] = 1;
    for (int i = 0; i < count; i++)
        for (int j = i + 1; j < count; j++) //~wrong for (int j = i; j < count; j++)
            if (numbers[i] + numbers[j] == target) {
                printf("%d %d\n", i, j);
                return 0;
            }
    puts("none");
    return 0;
}
