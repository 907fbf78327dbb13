#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int rows, columns;
    scanf("%d %d", &rows, &columns);
    int *table = malloc(sizeof *table * rows * columns); //~crash int *table = malloc((size_t)1 << 60);
    for (int i = 0; i < rows * columns; i++) scanf("%d", &table[i]);
    for (int c = 0; c < columns; c++) { //~slow for (volatile int c = 0; c < columns;) {
        //~slow continue;
        for (int r = 0; r < rows; r++) printf("%d ", table[r * columns + c]); //~wrong for (int r = 0; r < rows; r++) printf("%d ", table[c * rows + r]);
        puts("");
    }
    free(table);
    return 0;
}
