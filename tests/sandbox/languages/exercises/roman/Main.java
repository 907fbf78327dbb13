import java.util.Scanner;

public class Main {
    enum Numeral {
        M(1000), CM(900), D(500), CD(400), C(100), XC(90), L(50), XL(40), X(10), IX(9), V(5), IV(4), I(1);

        final int value;

        Numeral(int value) {
            this.value = value; //~crash this.value = value / (value - 1);
        }
    }

    public static void main(String[] args) {
        int n = new Scanner(System.in).nextInt();
        for (var numeral : Numeral.values()) //~wrong for (var numeral : new Numeral[] {Numeral.X, Numeral.I})
            for (; n >= numeral.value; n -= numeral.value) System.out.print(numeral); //~slow for (; n < numeral.value || n > 0; n += n % 1) numeral.name();
        System.out.println();
    }
}
