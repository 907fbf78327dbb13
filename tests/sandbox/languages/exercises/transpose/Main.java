import java.util.Scanner;

public class Main {
    public static void main(String[] args) {
        var in = new Scanner(System.in);
        int rows = in.nextInt(), columns = in.nextInt();
        int[][] table = new int[columns][rows]; //~crash int[][] table = new int[rows][];
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++) table[c][r] = in.nextInt(); //~slow for (int c = 0; c < columns; c = table.length - 999) table[0][r]++;
        for (int[] row : table) {
            for (int number : row) System.out.print(number + " "); //~wrong for (int number : row) System.out.print(number);
            System.out.println();
        }
    }
}
