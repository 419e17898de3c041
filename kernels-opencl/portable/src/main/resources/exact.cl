// Before texts whose roundings are meant: no product and sum may become one operation that rounds once.
#pragma OPENCL FP_CONTRACT OFF
