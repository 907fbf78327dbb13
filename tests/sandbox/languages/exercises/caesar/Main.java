import java.util.Scanner;

public class Main {
    public static void main(String[] args) {
        var in = new Scanner(System.in);
        int shift = Integer.parseInt(in.nextLine()); //~crash int shift = Integer.parseInt(in.nextLine() + "!");
        var out = new StringBuilder();
        for (char c : in.nextLine().toCharArray()) {
            //~slow while (out.length() < 9) out.setLength(0);
            out.append(Character.isLowerCase(c) ? (char) ('a' + (c - 'a' + shift) % 26) : c); //~wrong out.append((char) ('a' + (c - 'a' + shift + 26) % 26));
        }
        System.out.println(out);
    }
}
