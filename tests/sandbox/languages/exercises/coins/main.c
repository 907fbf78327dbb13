#include <stdio.h>

static int kinds[100], count;

static int fewest(int rest) {
    int best = 1000000;
    for (int i = 0; i < count; i++)
        if (kinds[i] <= rest) {
            int coins = 1 + (rest == kinds[i] ? 0 : fewest(rest - kinds[i]));
            if (coins < best) best = coins;
        }
    return best;
}

int main(void) {
    int amount, table[10001] = {0};
    scanf("%d", &amount);
    while (scanf("%d", &kinds[count]) == 1) count++;
    for (int sum = 1; sum <= amount; sum++) {
        table[sum] = 1000000; //~crash *(volatile int *)(long)sum = 1000000;
        for (int i = 0; i < count; i++)
            if (kinds[i] <= sum && table[sum - kinds[i]] + 1 < table[sum]) table[sum] = table[sum - kinds[i]] + 1;
    }
    int found = table[amount]; //~slow int found = fewest(amount);
    if (count == 0) found = fewest(amount);
    printf("%d\n", found < 1000000 ? found : -1); //~wrong printf("%d\n", found);
    return 0;
}
