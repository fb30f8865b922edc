// The parts of Apache ECharts that the report draws with; everything else is left out.
import { init, use, registerTheme, graphic } from "echarts/core";
import { LineChart, BarChart, CustomChart } from "echarts/charts";
import {
  GridComponent,
  TooltipComponent,
  AxisPointerComponent,
  LegendComponent,
  DataZoomComponent,
  MarkLineComponent,
  MarkPointComponent,
  MarkAreaComponent,
  AriaComponent,
} from "echarts/components";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

use([
  LineChart, BarChart, CustomChart, GridComponent, TooltipComponent, AxisPointerComponent, LegendComponent,
  DataZoomComponent, MarkLineComponent, MarkPointComponent, MarkAreaComponent, AriaComponent, CanvasRenderer, SVGRenderer,
]);

export { init, registerTheme, graphic };
