import java.util.Scanner;
import java.util.regex.Pattern;

public class Main {
    public static void main(String[] args) {
        String word = new Scanner(System.in).next();
        //~slow while (word.matches("[a-z]+")) word = word.concat("");
        //~crash word = Pattern.compile("(" + word).pattern();
        System.out.println(Pattern.compile("(.)\\1*").matcher(word).replaceAll(run -> run.group().length() + run.group(1))); //~wrong System.out.println(Pattern.compile("(.)\\1*").matcher(word).replaceAll(run -> run.group(1)));
    }
}
