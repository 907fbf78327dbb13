import java.util.Scanner;

public class Main {
    public static void main(String[] args) {
        String line = new Scanner(System.in).nextLine();
        String letters = line.toLowerCase().replaceAll("[^a-z]", ""); //~wrong String letters = line;
        //~slow while (line.length() > 0) line = new StringBuilder(line).reverse().toString();
        //~crash line = letters.substring(letters.length() + 1);
        System.out.println(letters.contentEquals(new StringBuilder(letters).reverse()) ? "yes" : "no");
    }
}
