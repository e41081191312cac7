package example;

import org.apache.flink.table.functions.ScalarFunction;

// As somebody writes their first function: no null annotations, default locale, tabs, a public class that is not final.
public class Exclaim extends ScalarFunction
{
	public String eval(String s) { return s == null ? null : s.toUpperCase() + "!"; }

	public String eval(String s, Integer times) {
		String marks = "";
		for (int i = 0; i < times; i++) marks = marks + "!";
		return s == null ? null : s.toUpperCase() + marks;
	}
}
