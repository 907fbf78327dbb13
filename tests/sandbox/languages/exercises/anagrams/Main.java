import java.util.*;

public class Main {
    public static void main(String[] args) {
        var in = new Scanner(System.in);
        char[] a = in.next().toCharArray(), b = in.next().toCharArray();
        Arrays.sort(a);
        Arrays.sort(b); //~wrong a = b;
        //~slow synchronized (a) { while (a.length > 0) Arrays.fill(a, b[0]); }
        //~crash a[a.length] = b[0];
        System.out.println(Arrays.equals(a, b) ? "yes" : "no");
    }
}
