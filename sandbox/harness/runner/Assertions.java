package org.junit.jupiter.api;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Objects;

/** JUnit's assertions, as far as the tests of exercises use them. */
public final class Assertions {
    /** Code that may throw. */
    @FunctionalInterface
    public interface Executable {
        void execute() throws Throwable;
    }

    private Assertions() {}

    public static <V> V fail(String message) {
        throw new AssertionError(message);
    }

    public static void assertTrue(boolean condition) {
        assertTrue(condition, "");
    }

    public static void assertTrue(boolean condition, String message) {
        if (!condition) differs("true", "false", message);
    }

    public static void assertFalse(boolean condition) {
        assertFalse(condition, "");
    }

    public static void assertFalse(boolean condition, String message) {
        if (condition) differs("false", "true", message);
    }

    public static void assertNull(Object got) {
        if (got != null) differs("null", got, "");
    }

    public static void assertNotNull(Object got) {
        if (got == null) differs("not null", "null", "");
    }

    public static void assertSame(Object expected, Object got) {
        if (expected != got) differs(expected, got, "not the same object");
    }

    public static void assertEquals(long expected, long got) {
        assertEquals(expected, got, "");
    }

    public static void assertEquals(long expected, long got, String message) {
        if (expected != got) differs(expected, got, message);
    }

    public static void assertEquals(double expected, double got) {
        if (Double.compare(expected, got) != 0) differs(expected, got, "");
    }

    public static void assertEquals(double expected, double got, double tolerance) {
        if (!(Math.abs(expected - got) <= tolerance) && Double.compare(expected, got) != 0) differs(expected, got, "");
    }

    public static void assertEquals(Object expected, Object got) {
        assertEquals(expected, got, "");
    }

    public static void assertEquals(Object expected, Object got, String message) {
        if (!Objects.equals(expected, got)) differs(expected, got, message);
    }

    public static void assertNotEquals(Object unexpected, Object got) {
        if (Objects.equals(unexpected, got)) differs("something else", got, "");
    }

    public static void assertArrayEquals(int[] expected, int[] got) {
        if (!Arrays.equals(expected, got)) differs(Arrays.toString(expected), Arrays.toString(got), "");
    }

    public static void assertArrayEquals(long[] expected, long[] got) {
        if (!Arrays.equals(expected, got)) differs(Arrays.toString(expected), Arrays.toString(got), "");
    }

    public static void assertArrayEquals(char[] expected, char[] got) {
        if (!Arrays.equals(expected, got)) differs(Arrays.toString(expected), Arrays.toString(got), "");
    }

    public static void assertArrayEquals(Object[] expected, Object[] got) {
        if (!Arrays.deepEquals(expected, got)) differs(Arrays.deepToString(expected), Arrays.deepToString(got), "");
    }

    public static void assertArrayEquals(double[] expected, double[] got, double tolerance) {
        boolean same = expected.length == got.length;
        for (int i = 0; same && i < got.length; i++) same = Math.abs(expected[i] - got[i]) <= tolerance;
        if (!same) differs(Arrays.toString(expected), Arrays.toString(got), "");
    }

    public static void assertIterableEquals(Iterable<?> expected, Iterable<?> got) {
        Iterator<?> ours = expected.iterator();
        Iterator<?> theirs = got.iterator();
        while (ours.hasNext() && theirs.hasNext()) assertEquals(ours.next(), theirs.next());
        if (ours.hasNext() || theirs.hasNext()) differs(expected, got, "");
    }

    public static <T extends Throwable> T assertThrows(Class<T> type, Executable code) {
        try {
            code.execute();
        } catch (Throwable error) {
            if (type.isInstance(error)) return type.cast(error);
            throw new AssertionError("expected " + type.getSimpleName() + ", but " + error + " was thrown");
        }
        throw new AssertionError("expected " + type.getSimpleName() + ", but nothing was thrown");
    }

    public static void assertDoesNotThrow(Executable code) {
        try {
            code.execute();
        } catch (Throwable error) {
            throw new AssertionError("unexpected " + error);
        }
    }

    public static void assertAll(Executable... codes) throws Throwable {
        for (Executable code : codes) code.execute();
    }

    private static void differs(Object expected, Object got, String message) {
        throw new AssertionError((message.isEmpty() ? "" : message + ": ") + "expected " + expected + ", got " + got);
    }
}
