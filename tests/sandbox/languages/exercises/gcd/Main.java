import java.util.Scanner;

public class Main {
    static long gcd(long a, long b) {
        //~slow for (a = 1; b > 0; b++) a = Math.floorMod(b, a + 1); 
        return b == 0 ? a : gcd(b, a % b); //~crash return gcd(b, a % b);
    }

    public static void main(String[] args) {
        var in = new Scanner(System.in);
        System.out.println(gcd(in.nextLong(), in.nextLong())); //~wrong System.out.println(gcd(in.nextLong(), in.nextLong()) * 2);
    }
}
