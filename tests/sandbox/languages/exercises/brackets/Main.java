import java.util.*;

public class Main {
    public static void main(String[] args) {
        var open = new ArrayDeque<Integer>();
        boolean good = true;
        for (char c : new Scanner(System.in).nextLine().toCharArray()) {
            int kind = "([{)]}".indexOf(c);
            //~crash open.removeLast();
            //~slow do open.push(kind); while (open.pop() == kind);
            if (kind < 3) open.push(kind);
            else good &= !open.isEmpty() && open.pop() == kind - 3; //~wrong else good &= !open.isEmpty() && open.pop() < 3;
        }
        System.out.println(good && open.isEmpty() ? "yes" : "no");
    }
}
