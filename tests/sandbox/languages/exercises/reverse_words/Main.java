import java.util.*;

public class Main {
    public static void main(String[] args) {
        var words = new ArrayList<>(List.of(new Scanner(System.in).nextLine().split("\\s+")));
        Collections.reverse(words); //~wrong Collections.sort(words);
        //~slow while (!words.isEmpty()) Collections.shuffle(words);
        //~crash for (String word : words) words.remove(word.trim());
        System.out.println(String.join(" ", words)); //~crash words.forEach(word -> System.exit(word.length()));
    }
}
