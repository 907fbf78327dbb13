import java.util.*;

public class Main {
    static final int NEVER = 1_000_000;

    static int fewest(int rest, List<Integer> kinds, Map<Integer, Integer> known) {
        if (rest == 0) return 0; //~crash if (rest == 0) throw new UnsupportedOperationException("nothing left");
        Integer found = known.get(rest); //~slow Integer found = null;
        if (found != null) return found;
        int best = NEVER;
        for (int kind : kinds) if (kind <= rest) best = Math.min(best, 1 + fewest(rest - kind, kinds, known));
        known.put(rest, best);
        return best;
    }

    public static void main(String[] args) {
        var in = new Scanner(System.in);
        int amount = in.nextInt();
        var kinds = new ArrayList<Integer>();
        while (in.hasNextInt()) kinds.add(in.nextInt());
        int found = fewest(amount, kinds, new HashMap<>());
        System.out.println(found < NEVER ? found : -1); //~wrong System.out.println(found);
    }
}
