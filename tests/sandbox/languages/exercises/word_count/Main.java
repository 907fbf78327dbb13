import java.util.*;

public class Main {
    public static void main(String[] args) throws Exception {
        String[] words = new String(System.in.readAllBytes()).trim().split("\\s+");
        //~slow for (int i = 0; i < words.length; i = 0) Arrays.sort(words);
        //~crash Class.forName("missing." + words[0]);
        String longest = "";
        for (String word : words) if (word.length() > longest.length()) longest = word; //~wrong for (String word : words) longest = word;
        System.out.println(words.length + " " + longest);
    }
}
