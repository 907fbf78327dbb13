import java.util.stream.LongStream;
import java.util.Scanner;

public class Main {
    public static void main(String[] args) {
        long n = new Scanner(System.in).nextLong();
        var numbers = LongStream.iterate(n, k -> k % 2 == 0 ? k / 2 : 3 * k + 1).takeWhile(k -> k != 1); //~slow var numbers = LongStream.iterate(n, k -> k % 2 == 0 ? k / 2 : 3 * k + 1).takeWhile(k -> k != 0);
        //~crash numbers.count();
        System.out.println(numbers.count()); //~wrong System.out.println(numbers.max().orElse(1));
    }
}
