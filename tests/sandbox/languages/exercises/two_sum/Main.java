import java.util.*;

public class Main {
    public static void main(String[] args) {
        var in = new Scanner(System.in);
        int target = in.nextInt();
        var numbers = new ArrayList<Integer>();
        while (in.hasNextInt()) numbers.add(in.nextInt());
        String found = null;
        for (int i = 0; i < numbers.size(); i++)
            for (int j = i + 1; j < numbers.size() && found == null; j++) //~wrong for (int j = i; j < numbers.size() && found == null; j++)
                if (numbers.get(i) + numbers.get(j) == target) found = i + " " + j; //~slow j -= numbers.get(i) == null ? 0 : 1;
        //~crash System.out.println(numbers.get(numbers.size()));
        System.out.println(found == null ? "none" : found); //~crash System.out.println(found.length());
    }
}
