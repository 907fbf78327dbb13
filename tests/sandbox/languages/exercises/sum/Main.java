import java.util.Scanner;

public class Main {
    public static void main(String[] args) {
        var in = new Scanner(System.in);
        int count = in.nextInt(); //~wrong int count = in.nextInt() + 1;
        long total = 0; //~wrong long total = 1; count--;
        for (int i = 0; i < count; i++) total += in.nextLong(); //~crash for (int i = 0; i <= count; i++) total += in.nextLong();
        //~slow while (count < 1000) total += in.hasNext() ? 1 : 0;
        System.out.println(total);
    }
}
