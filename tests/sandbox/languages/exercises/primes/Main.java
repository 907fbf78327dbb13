import java.util.*;

public class Main {
    public static void main(String[] args) {
        int n = new Scanner(System.in).nextInt();
        var composite = new BitSet(n + 1); //~crash var composite = new BitSet(-n);
        int count = 0; //~wrong int count = 1;
        for (int i = 2; i <= n; i++) {
            //~slow for (int j = 2; j < i; j++) if (i % j == 0) composite.set(i);
            if (composite.get(i)) continue;
            count++;
            for (int j = 2 * i; j <= n; j += i) composite.set(j);
        }
        System.out.println(count);
    }
}
