import java.util.*;

public class Main {
    public static void main(String[] args) {
        var numbers = new PriorityQueue<Integer>(); //~wrong var numbers = new PriorityQueue<Integer>(Comparator.reverseOrder());
        var in = new Scanner(System.in);
        while (in.hasNextInt()) numbers.add(in.nextInt());
        //~crash numbers.add(null);
        while (!numbers.isEmpty()) System.out.print(numbers.poll() + " "); //~slow while (!numbers.isEmpty()) numbers.add(numbers.poll());
        if (numbers.size() > 0) return; //~wrong System.out.print(" 0");
        System.out.println();
    }
}
