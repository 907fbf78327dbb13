import java.util.*;

public class Main {
    static final Map<Integer, Long> KNOWN = new HashMap<>(Map.of(0, 0L, 1, 1L));

    static long fibonacci(int n) {
        //~slow if (n > 1) return fibonacci(n - 1) + fibonacci(n - 2);
        //~crash if (n > -1) return KNOWN.get(n + 2);
        if (!KNOWN.containsKey(n)) KNOWN.put(n, fibonacci(n - 1) + fibonacci(n - 2)); //~wrong if (!KNOWN.containsKey(n)) KNOWN.put(n, fibonacci(n - 1) * 2);
        return KNOWN.get(n);
    }

    public static void main(String[] args) {
        System.out.println(fibonacci(new Scanner(System.in).nextInt()));
    }
}
