import java.util.*;

public class Main {
    public static void main(String[] args) {
        var in = new Scanner(System.in);
        int[] numbers = new int[in.nextInt()]; //~crash int[] numbers = new int[in.nextInt() - 1];
        for (int i = 0; in.hasNextInt(); i++) numbers[i] = in.nextInt();
        int best = numbers[0], here = 0;
        for (int number : numbers) {
            here = Math.max(number, here + number);
            best = Math.max(best, here); //~wrong best = Math.max(best, number);
            //~slow while (best >= here) here = Math.floorMod(here, 7) - 8;
        }
        System.out.println(best); //~wrong System.out.println(best + 1);
    }
}
