from . import test_convert_sales
