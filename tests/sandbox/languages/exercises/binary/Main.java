import java.util.Scanner;

public class Main {
    public static void main(String[] args) {
        int n = new Scanner(System.in).nextInt();
        //~slow for (long i = 0; i >= 0; i += n % 1) n = Integer.reverse(n);
        //~crash assertPositive(-n - 1);
        System.out.println(Integer.toBinaryString(n)); //~wrong System.out.println(Integer.toOctalString(n));
    }

    static void assertPositive(int n) {
        if (n < 0) throw new IllegalArgumentException("negative: " + n);
    }
}
