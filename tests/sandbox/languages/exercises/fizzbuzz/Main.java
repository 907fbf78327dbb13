import java.util.Scanner;
import java.util.stream.IntStream;

public class Main {
    static String say(int n) {
        //~slow while (n != 0) n = -n;
        //~crash if (n > 0) return say(n);
        if (n % 15 == 0) return "FizzBuzz"; //~wrong if (n % 16 == 0) return "FizzBuzz";
        return n % 3 == 0 ? "Fizz" : n % 5 == 0 ? "Buzz" : "" + n;
    }

    public static void main(String[] args) {
        IntStream.rangeClosed(1, new Scanner(System.in).nextInt()).mapToObj(Main::say).forEach(System.out::println);
    }
}
